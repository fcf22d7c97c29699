import type { Persona } from '../persona.ts';

const LONG_NAME =
  'SUBRAMANIAM VENKATARAMANAN RAMACHANDRAN THIRUNAVUKKARASU S/O KRISHNAMOORTHY GOPALAKRISHNAN ' +
  'SATHIYAMOORTHY ALIAS TARUMATEKSTURATANGIHANGAKOAUAUOTAMATEAPOKAIWHENUAKITANATAHUINVENTEDNAMEINONEPIECE';

/** An invented person, whose name and address are longer than any column that one would give them. */
export const subramaniam: Persona = {
  id: 'subramaniam',
  name: LONG_NAME,
  description: 'an extremely long name and address',
  data: {
    'myinfo.name': LONG_NAME,
    'myinfo.nric_number': 'S0000020E',
    'myinfo.email': `subramaniam.${'long'.repeat(12)}@${'subdomain.'.repeat(14)}example.com`,
    'myinfo.sex': 'MALE',
    'myinfo.race': 'INDIAN',
    'myinfo.date_of_birth': '1959-08-08',
    'myinfo.mobile_number': '80000022',
    'myinfo.mobile_number_with_country_code': '+6580000022',
    'myinfo.registered_address': [
      'CARE OF THE INVENTED SOCIETY FOR THE PRESERVATION OF REMARKABLY LONG ADDRESSES',
      'NORTH-EASTERN ANNEXE OF THE FORMER INVENTED TRAINING INSTITUTE',
      'WING C, STAIRCASE 17, LEVEL B2 MEZZANINE',
      'APT BLK 911D',
      'JALAN REKAAN YANG AMAT SANGAT PANJANG SEKALI',
      '#00-22',
      'INVENTEDINDUSTRIALESTATEWITHOUTASINGLESPACEINITSWHOLENAMEPHASETWELVE',
      'INVENTED DISTRICT',
      'SINGAPORE 000022',
    ].join('\n'),
    'myinfo.nationality': 'SINGAPORE CITIZEN',
    'myinfo.residentialstatus': 'CITIZEN',
    'myinfo.residential': 'C',
    'myinfo.housingtype': 'SEMI-DETACHED HOUSE',
    'myinfo.birth_country': 'SINGAPORE',
    'myinfo.vehicles': JSON.stringify(
      Array.from({ length: 12 }, (_, index) => ({ vehicle_number: `SAA00${index + 30}L` })),
    ),
    'myinfo.name_of_employer': 'THE INVENTED COMPANY FOR IMPORT, EXPORT AND GENERAL TRADE (1959) PTE LTD',
    'myinfo.marital_status': 'WIDOWED',
    'myinfo.occupation': 'ASSISTANT TO THE DEPUTY ASSISTANT DIRECTOR OF GENERAL AFFAIRS',
  },
};
