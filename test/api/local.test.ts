import { describe, expect, test } from 'vitest';
import { localApi } from '../../src/api/local.ts';
import { type ApiEvent, METHODS } from '../../src/api/schema.ts';
import { notice, PlainService } from '../support/plain-service.ts';

describe('NodeApi in process', () => {
  test('checks what is asked and answered as the socket does', async () => {
    const service = new PlainService();
    const api = localApi(service);
    expect(await api.call('nick', { name: 'ann' })).toEqual({ ok: true, result: { name: 'ann' } });
    expect(await api.call('nick', {} as never)).toMatchObject({ ok: false, error: { code: 'E_USAGE' } });
    expect(await api.call('unsubscribe', { topic: 'x' })).toMatchObject({ ok: false, error: { code: 'E_INTERNAL' } });
    expect(service.bugs).toHaveLength(1);
  });

  test('tells events until it is closed, and the session once', () => {
    const service = new PlainService();
    const api = localApi(service);
    const seen: ApiEvent[] = [];
    const why: string[] = [];
    api.onEvent((event) => seen.push(event));
    api.onClose((reason) => why.push(reason));
    service.tellAll(notice('one'));
    api.close();
    api.close();
    service.tellAll(notice('two'));
    expect(seen).toEqual([notice('one')]);
    expect(service.closed).toBe(1);
    expect(why).toEqual(['closed']);
  });

  test('answers E_NODE_GONE with the reason after the node ended', async () => {
    const service = new PlainService();
    const api = localApi(service);
    for (const screen of service.screens) screen.ended('it was stopped');
    expect(await api.call('status', {})).toMatchObject({ error: { code: 'E_NODE_GONE', message: 'it was stopped' } });
  });

  test('every method takes an object, so that a later version can add to it', () => {
    for (const { params } of Object.values(METHODS)) expect(params.safeParse([]).success).toBe(false);
  });
});
