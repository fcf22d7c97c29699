import type { Persona } from '../persona.ts';

/** An invented person. */
export const ahKow: Persona = {
  id: 'ah-kow',
  name: 'LIM AH KOW',
  description: 'a year of birth alone, no contact details',
  data: {
    'myinfo.name': 'LIM AH KOW',
    'myinfo.nric_number': 'S0000015I',
    'myinfo.email': 'NA',
    'myinfo.sex': 'MALE',
    'myinfo.race': 'CHINESE',
    'myinfo.date_of_birth': '1938',
    'myinfo.mobile_number': 'NA',
    'myinfo.mobile_number_with_country_code': 'NA',
    'myinfo.registered_address': '904 LORONG REKAAN\nSINGAPORE 000015',
    'myinfo.passport_number': 'NA',
    'myinfo.passport_expiry_date': 'NA',
    'myinfo.nationality': 'SINGAPORE CITIZEN',
    'myinfo.residentialstatus': 'CITIZEN',
    'myinfo.residential': 'C',
    'myinfo.housingtype': 'DETACHED HOUSE',
    'myinfo.hdbtype': 'NA',
    'myinfo.birth_country': 'CHINA',
    'myinfo.vehicles': '[]',
    'myinfo.marital_status': 'MARRIED',
    'myinfo.dialect': 'TEOCHEW',
    'myinfo.children_birth_records': '[]',
  },
};
