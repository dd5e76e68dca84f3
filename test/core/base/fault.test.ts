import { describe, expect, test } from 'vitest';
import { causes, FAULTS, type FaultCode, type Finding } from '../../../src/core/base/fault.ts';
import { author } from '../../support/authors.ts';

const bob = author('bob').id;
const carol = author('carol').id;
const finding = (code: FaultCode, subject = 'mesh'): Finding => ({ code, subject, found: '' });
const told = (...findings: Finding[]) => causes(findings).map(({ code, subject }) => [code, subject]);

describe('causes', () => {
  test('what follows from something else is not told beside it', () => {
    expect(told(finding('NO_NEIGHBOURS'), finding('NO_ROUTE', bob), finding('NO_NETWORK', 'network'))).toEqual([
      ['NO_NETWORK', 'network'],
    ]);
    expect(told(finding('NODE_STOPPED', 'node'), finding('DATABASE_LOCKED', 'database'))).toEqual([
      ['DATABASE_LOCKED', 'database'],
    ]);
  });

  test('what is wrong with one node explains nothing about another one', () => {
    expect(told(finding('NO_ROUTE', carol), finding('KEY_CHANGED', bob), finding('PEER_AWAY', bob))).toEqual([
      ['KEY_CHANGED', bob],
      ['NO_ROUTE', carol],
    ]);
  });

  test('the worst comes first, and nothing twice', () => {
    const clock = finding('CLOCK_WRONG', 'clock');
    expect(told(finding('MAIL_EXPIRED', bob), clock, finding('DISK_FULL', 'disk'), clock)).toEqual([
      ['DISK_FULL', 'disk'],
      ['CLOCK_WRONG', 'clock'],
      ['MAIL_EXPIRED', bob],
    ]);
  });

  test('nothing explains itself away, and what explains is a code', () => {
    for (const [code, fault] of Object.entries(FAULTS)) {
      const explains: readonly string[] = 'explains' in fault ? fault.explains : [];
      expect(explains.filter((other) => !Object.hasOwn(FAULTS, other))).toEqual([]);
      for (const other of explains) {
        const back: readonly string[] =
          'explains' in FAULTS[other as FaultCode]
            ? (FAULTS[other as FaultCode] as { explains: readonly string[] }).explains
            : [];
        expect(back, `${code} and ${other} explain each other`).not.toContain(code);
      }
    }
  });
});
