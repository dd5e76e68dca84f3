// Loaded before a program (NODE_OPTIONS=--import): its node says that it takes mail for others, and gives none of it on.
import { Forwarder } from '../../dist/core/node/forwarder.js';

Forwarder.prototype.consider = () => {};
