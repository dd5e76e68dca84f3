import { describe, expect, test } from 'vitest';
import { type Address, parseAddress } from '../../../src/core/base/address.ts';
import type { NodeId } from '../../../src/core/crypto/node-id.ts';
import { ObservedAddresses } from '../../../src/core/node/observed-addresses.ts';

const at = (text: string): Address => parseAddress(text)!;
const ann = 'ann' as NodeId;
const bob = 'bob' as NodeId;
const carol = 'carol' as NodeId;

describe('§1.4 where neighbours see this node', () => {
  test('counts when two of them agree whose networks have nothing to do with each other', () => {
    const observed = new ObservedAddresses();
    observed.told(ann, at('8.8.1.1:7000'), at('9.9.9.9:40000'));
    expect(observed.agreed).toEqual([]);
    observed.told(bob, at('8.8.2.2:7000'), at('9.9.9.9:40000')); // the same /16
    expect(observed.agreed).toEqual([]);
    observed.told(carol, at('[2600:100::1]:7000'), at('9.9.9.9:40000'));
    expect(observed.agreed).toEqual(['9.9.9.9:40000']);
  });

  test('what one of them takes back, or that it left, counts no more', () => {
    const observed = new ObservedAddresses();
    observed.told(ann, at('8.8.1.1:7000'), at('9.9.9.9:40000'));
    observed.told(bob, at('1.2.3.4:7000'), at('9.9.9.9:40000'));
    observed.told(bob, at('1.2.3.4:7000'), at('9.9.9.9:40001'));
    expect(observed.agreed).toEqual([]);
    observed.told(bob, at('1.2.3.4:7000'), at('9.9.9.9:40000'));
    observed.left(ann);
    expect(observed.agreed).toEqual([]);
  });

  test('neighbours nearby see what is of no use to others', () => {
    const observed = new ObservedAddresses();
    observed.told(ann, at('8.8.1.1:7000'), at('192.168.1.2:7000'));
    observed.told(bob, at('1.2.3.4:7000'), at('192.168.1.2:7000'));
    observed.told(carol, at('10.0.0.1:7000'), at('9.9.9.9:40000'));
    expect(observed.agreed).toEqual([]);
  });
});
