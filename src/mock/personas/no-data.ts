import type { Persona } from '../persona.ts';

/** An invented person of whom sgID knows the name alone: everything else is `NA`. */
export const noData: Persona = {
  id: 'no-data',
  name: 'MARY PLACEHOLDER',
  description: 'a name, and NA for everything else',
  data: { 'myinfo.name': 'MARY PLACEHOLDER' },
};
