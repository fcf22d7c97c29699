import type { Persona } from './persona.ts';
import { ahKow } from './personas/ah-kow.ts';
import { arjun } from './personas/arjun.ts';
import { marcus } from './personas/marcus.ts';
import { noData } from './personas/no-data.ts';
import { siti } from './personas/siti.ts';
import { weiMing } from './personas/wei-ming.ts';
import { zoe } from './personas/zoe.ts';

/**
 * The built-in personas. Everybody here is invented. Their NRIC and FIN numbers are marked by a serial that
 * begins with five zeros (`S00000xx`, `F00000xx`) and have valid check letters; telephone numbers begin with
 * 8000, passport numbers with K00000 or X00000, and mail goes to reserved domains (RFC 2606).
 */
export const PERSONAS: readonly Persona[] = [weiMing, siti, zoe, arjun, ahKow, marcus, noData];
