import type { Persona } from '../persona.ts';

/** An invented foreigner, whose papers have run out. */
export const jose: Persona = {
  id: 'jose',
  name: 'JOSÉ ÁNGEL MUÑOZ PEÑA',
  description: 'foreigner; work pass and passport expired',
  data: {
    'myinfo.name': 'JOSÉ ÁNGEL MUÑOZ PEÑA',
    'myinfo.nric_number': 'M0000019U',
    'myinfo.email': 'jose@example.net',
    'myinfo.sex': 'MALE',
    'myinfo.race': 'OTHERS',
    'myinfo.date_of_birth': '1999-12-31',
    'myinfo.mobile_number': '80000019',
    'myinfo.mobile_number_with_country_code': '+6580000019',
    'myinfo.registered_address': '908 INVENTED WALK\n#00-19\nSINGAPORE 000019',
    'myinfo.passport_number': 'X0000019',
    'myinfo.passport_expiry_date': '2020-01-01',
    'myinfo.nationality': 'MEXICAN',
    'myinfo.residentialstatus': 'ALIEN',
    'myinfo.residential': 'A',
    'myinfo.housingtype': 'HDB',
    'myinfo.hdbtype': '5-ROOM FLAT (HDB)',
    'myinfo.birth_country': 'MEXICO',
    'myinfo.vehicles': '[]',
    'myinfo.name_of_employer': 'INVENTED BUILDERS & PARTNERS LLP',
    'myinfo.workpass_status': 'EXPIRED',
    'myinfo.workpass_expiry_date': '2019-12-31',
    'myinfo.marital_status': 'SINGLE',
    'myinfo.occupation': 'SITE SUPERVISOR',
  },
};
