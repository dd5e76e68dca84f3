import { accept } from './accept.ts';
import { add } from './add.ts';
import { block } from './block.ts';
import { chat } from './chat.ts';
import type { Command } from './command.ts';
import { contacts } from './contacts.ts';
import { copy } from './copy.ts';
import { deleteLine } from './delete.ts';
import { discard } from './discard.ts';
import { edit } from './edit.ts';
import { helpAbout } from './help.ts';
import { history } from './history.ts';
import { meshBroadcast } from './mesh-broadcast.ts';
import { meshChannels } from './mesh-channels.ts';
import { meshConnect } from './mesh-connect.ts';
import { meshDetails } from './mesh-details.ts';
import { meshDisconnect } from './mesh-disconnect.ts';
import { meshDoctor } from './mesh-doctor.ts';
import { meshIdentity } from './mesh-identity.ts';
import { meshMap } from './mesh-map.ts';
import { meshMembers } from './mesh-members.ts';
import { meshPeers } from './mesh-peers.ts';
import { meshPing } from './mesh-ping.ts';
import { meshRoute } from './mesh-route.ts';
import { meshSend } from './mesh-send.ts';
import { meshServer } from './mesh-server.ts';
import { meshStatus } from './mesh-status.ts';
import { meshStore } from './mesh-store.ts';
import { meshStoreExport } from './mesh-store-export.ts';
import { meshStoreImport } from './mesh-store-import.ts';
import { meshSubscribe } from './mesh-subscribe.ts';
import { meshTrace } from './mesh-trace.ts';
import { meshUnsubscribe } from './mesh-unsubscribe.ts';
import { meshWhy } from './mesh-why.ts';
import { mute } from './mute.ts';
import { nick } from './nick.ts';
import { quit } from './quit.ts';
import { react } from './react.ts';
import { rename } from './rename.ts';
import { reply } from './reply.ts';
import { requests } from './requests.ts';
import { retry } from './retry.ts';
import { search } from './search.ts';
import { set } from './set.ts';
import { setup } from './setup.ts';
import { shellCompletion } from './shell-completion.ts';
import { shellDemo } from './shell-demo.ts';
import { shellDown } from './shell-down.ts';
import { shellIdentityBackup } from './shell-identity-backup.ts';
import { shellIdentityPassphrase } from './shell-identity-passphrase.ts';
import { shellIdentityRestore } from './shell-identity-restore.ts';
import { shellLab } from './shell-lab.ts';
import { shellListen } from './shell-listen.ts';
import { shellMan } from './shell-man.ts';
import { shellSend } from './shell-send.ts';
import { shellStatus } from './shell-status.ts';
import { shellUp } from './shell-up.ts';
import { theme } from './theme.ts';
import { verify } from './verify.ts';

/** Every command there is, in the order of the help: the mesh, the chat, and what only a shell has. */
export const COMMANDS: readonly Command[] = [
  meshPeers,
  meshServer,
  meshSend,
  meshBroadcast,
  meshSubscribe,
  meshRoute,
  meshIdentity,
  meshStore,
  meshStoreExport,
  meshStoreImport,
  meshConnect,
  meshDisconnect,
  meshUnsubscribe,
  meshChannels,
  meshMap,
  meshMembers,
  meshPing,
  meshTrace,
  meshWhy,
  meshDetails,
  meshDoctor,
  meshStatus,
  chat,
  contacts,
  add,
  rename,
  verify,
  block,
  requests,
  accept,
  nick,
  mute,
  reply,
  edit,
  react,
  deleteLine,
  copy,
  retry,
  discard,
  search,
  history,
  set,
  theme,
  setup,
  helpAbout(() => COMMANDS),
  quit,
  shellSend,
  shellListen,
  shellUp,
  shellDown,
  shellStatus,
  shellDemo,
  shellLab,
  shellIdentityBackup,
  shellIdentityRestore,
  shellIdentityPassphrase,
  shellCompletion,
  shellMan,
];
