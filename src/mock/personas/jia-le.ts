import type { Persona } from '../persona.ts';

/** An invented child. */
export const jiaLe: Persona = {
  id: 'jia-le',
  name: 'ONG JIA LE',
  description: 'a child: T-series NRIC, no telephone',
  data: {
    'myinfo.name': 'ONG JIA LE',
    'myinfo.nric_number': 'T0000021Z',
    'myinfo.email': 'NA',
    'myinfo.sex': 'MALE',
    'myinfo.race': 'CHINESE',
    'myinfo.date_of_birth': '2015-01-01',
    'myinfo.mobile_number': 'NA',
    'myinfo.mobile_number_with_country_code': 'NA',
    'myinfo.registered_address': 'APT BLK 910A\nINVENTED LINK\n#00-21\nSINGAPORE 000021',
    'myinfo.nationality': 'SINGAPORE CITIZEN',
    'myinfo.residentialstatus': 'CITIZEN',
    'myinfo.residential': 'C',
    'myinfo.housingtype': 'HDB',
    'myinfo.hdbtype': '3-ROOM FLAT (HDB)',
    'myinfo.birth_country': 'SINGAPORE',
    'myinfo.vehicles': '[]',
    'myinfo.marital_status': 'SINGLE',
    'myinfo.dialect': 'CANTONESE',
    'myinfo.occupation': 'STUDENT',
  },
};
