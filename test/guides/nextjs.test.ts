import { commandOf } from '../helpers/guide-process.ts';
import { describeGuide } from '../helpers/guide-visits.ts';

describeGuide('Next.js', commandOf('nextjs'), { settings: { NEXT_TELEMETRY_DISABLED: '1' } });
