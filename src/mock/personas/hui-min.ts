import type { Persona } from '../persona.ts';

/** An invented person with an invented family. */
export const huiMin: Persona = {
  id: 'hui-min',
  name: 'YAMADA-TAN HUI MIN',
  description: 'married abroad, with one child',
  data: {
    'myinfo.name': 'YAMADA-TAN HUI MIN',
    'myinfo.nric_number': 'S0000017E',
    'myinfo.email': 'hui.min@example.org',
    'myinfo.sex': 'FEMALE',
    'myinfo.race': 'CHINESE',
    'myinfo.date_of_birth': '1988-02-29',
    'myinfo.mobile_number': '80000017',
    'myinfo.mobile_number_with_country_code': '+6580000017',
    'myinfo.registered_address': '906 LORONG REKAAN\n#00-17 INVENTED COURT\nSINGAPORE 000017',
    'myinfo.passport_number': 'K0000017B',
    'myinfo.passport_expiry_date': '2030-01-31',
    'myinfo.nationality': 'SINGAPORE CITIZEN',
    'myinfo.residentialstatus': 'CITIZEN',
    'myinfo.residential': 'C',
    'myinfo.housingtype': 'APARTMENT',
    'myinfo.birth_country': 'MALAYSIA',
    'myinfo.vehicles': '[]',
    'myinfo.name_of_employer': 'NA',
    'myinfo.marital_status': 'MARRIED',
    'myinfo.dialect': 'HAKKA',
    'myinfo.occupation': 'HOMEMAKER',
    'myinfo.country_of_marriage': 'JAPAN',
    'myinfo.marriage_certificate_number': 'NA',
    'myinfo.marriage_date': '2016-11',
    'myinfo.children_birth_records':
      '[{"birth_cert_no":"T0000017A","name":"YAMADA HARU","date_of_birth":"2018-04-03","life_status":"ALIVE"}]',
  },
};
