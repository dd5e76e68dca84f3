import type { Notebook } from '../api/notebook.ts';
import type { NodeApi } from '../api/schema.ts';
import type { ViewState } from './screen-state.ts';

/** The name of a node whose user has not chosen one. */
export const defaultName = (id: string): string => `node-${id.slice(0, 4)}`;

/**
 * Whether the first steps are to be shown: nothing was begun in this profile yet, and they were not shown before. That they
 * were is kept in the notebook, as the line that brings them back.
 */
export async function welcomes(state: ViewState, api: NodeApi, notebook: Notebook | undefined): Promise<boolean> {
  const { me, conversations, gone } = state;
  if (gone !== undefined || me.name !== defaultName(me.id) || conversations.length > 0) return false;
  if (notebook?.history().includes(SETUP)) return false;
  const known = await api.call('contacts', {});
  if (!known.ok || known.result.contacts.length > 0) return false;
  notebook?.remember(SETUP);
  return true;
}

const SETUP = '/setup';
