import type { Persona } from './persona.ts';
import { ahKow } from './personas/ah-kow.ts';
import { arjun } from './personas/arjun.ts';
import { haslinda } from './personas/haslinda.ts';
import { huiMin } from './personas/hui-min.ts';
import { jiaLe } from './personas/jia-le.ts';
import { jose } from './personas/jose.ts';
import { marcus } from './personas/marcus.ts';
import { noData } from './personas/no-data.ts';
import { olena } from './personas/olena.ts';
import { siti } from './personas/siti.ts';
import { subramaniam } from './personas/subramaniam.ts';
import { weiMing } from './personas/wei-ming.ts';
import { yusuf } from './personas/yusuf.ts';
import { zoe } from './personas/zoe.ts';

/**
 * The built-in personas, those with ordinary values first. Everybody here is invented. Their NRIC and FIN
 * numbers are marked by a serial that begins with five zeros (`S00000xx`, `F00000xx` and so on) and have valid
 * check letters; telephone numbers begin with 8000, passport numbers with K00000 or X00000, and mail goes to
 * reserved domains (RFC 2606).
 */
export const PERSONAS: readonly Persona[] = [
  weiMing,
  siti,
  zoe,
  arjun,
  huiMin,
  olena,
  jose,
  haslinda,
  jiaLe,
  ahKow,
  subramaniam,
  yusuf,
  marcus,
  noData,
];
