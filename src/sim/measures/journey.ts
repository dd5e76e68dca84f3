import type { NodeId } from '../../core/crypto/node-id.ts';
import type { Taken, View } from '../checks/check.ts';

/** That a message was on a disk: since when, how many links it had crossed before the last one, and who gave it. */
export type Stay = { readonly atMs: number; readonly received: number; readonly via: NodeId | undefined };

/** A disk that a letter came to, and who gave it there; its author has it from nobody. */
export type Step = {
  readonly node: number;
  readonly name: string;
  /** Since it was written, in milliseconds. */
  readonly afterMs: number;
  readonly from: number | undefined;
};

/** The way of one letter: every disk it came to, in order of time, and the computers on the way that arrived first. */
export type Journey = {
  readonly text: string;
  readonly steps: readonly Step[];
  /** From the author to the recipient. */
  readonly way: readonly number[];
};

/** Puts the way of a letter together from where it has been. */
export function journeyOf(
  letter: { readonly taken: Taken; readonly atMs: number; readonly disks: ReadonlyMap<number, Stay> } | undefined,
  { world, plan }: View,
): Journey | undefined {
  if (!letter) return undefined;
  const { taken, atMs, disks } = letter;
  const indexes = new Map(world.computers.flatMap(({ node, index }) => (node ? [[node.id, index] as const] : [])));
  const giverOf = (node: number, stay: Stay): number | undefined => {
    if (node === taken.author) return undefined;
    if (stay.via !== undefined) return indexes.get(stay.via);
    // A recipient keeps no envelope, and so not whom it came from: that is who had it one link before, and is a neighbour.
    if (stay.received === 0) return taken.author;
    const isNear = (other: number): boolean =>
      plan.links.some(([a, b]) => (a === node && b === other) || (a === other && b === node));
    return [...disks].find(
      ([other, { received }]) => received === stay.received - 1 && other !== taken.author && isNear(other),
    )?.[0];
  };
  const steps = [...disks].map(([node, stay]): Step => {
    const name = plan.names?.[node] ?? String(node);
    return { node, name, afterMs: Math.round(stay.atMs - atMs), from: giverOf(node, stay) };
  });
  const way: number[] = [];
  for (let here = taken.recipient; here !== undefined && !way.includes(here); ) {
    way.unshift(here);
    here = steps.find(({ node }) => node === here)?.from;
  }
  return { text: taken.text, steps, way };
}
