import type { Persona } from '../persona.ts';

/** Right-to-left text, an emoji of several code points, a character beyond 16 bits, an accent of its own. */
const HARD_NAME = 'YUSUF يوسف בן 𠮷田 👩🏽‍💻 E\u0301';

/** An invented person, whose text goes wrong wherever characters are taken for bytes or 16-bit units. */
export const yusuf: Persona = {
  id: 'yusuf',
  name: HARD_NAME,
  description: 'right-to-left text, emoji, rare characters',
  data: {
    'myinfo.name': HARD_NAME,
    'myinfo.nric_number': 'S0000022A',
    'myinfo.email': 'yusuf@example.org',
    'myinfo.sex': 'UNKNOWN',
    'myinfo.race': 'ARAB',
    'myinfo.date_of_birth': '1974',
    'myinfo.mobile_number': '80000023',
    'myinfo.mobile_number_with_country_code': '+6580000023',
    'myinfo.registered_address': '912 شارع مخترع\n#00-23 🏢\nSINGAPORE 000023',
    'myinfo.nationality': 'STATELESS',
    'myinfo.residentialstatus': 'PR',
    'myinfo.residential': 'P',
    'myinfo.birth_country': 'UNKNOWN',
    'myinfo.vehicles': '[]',
    'myinfo.name_of_employer': '𠮷野家の発明 PTE LTD',
    'myinfo.marital_status': 'SINGLE',
    'myinfo.occupation': 'TRANSLATOR – العربية',
  },
};
