import { join } from 'node:path';
import type { Settings } from '../../src/api/setting.ts';
import { FileSettings } from '../../src/host/options/settings.ts';
import { tempDir } from './temp-dir.ts';

/** The settings of a profile that has none set, with a file of their own, made when something is. */
export const tempSettings = (config = join(tempDir(), 'config.toml')): Settings =>
  new FileSettings({ options: { config }, origins: new Map() });
