import { useSyncExternalStore } from 'react';
import type { ViewState } from './screen-state.ts';
import type { Session } from './session.ts';

/** What the screen shows now; the component is drawn again when that changes. The one hook between React and the node. */
export const useNode = (session: Session): ViewState => useSyncExternalStore(session.subscribe, session.shown);
