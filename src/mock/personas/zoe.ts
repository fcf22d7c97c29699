import type { Persona } from '../persona.ts';

/** An invented person, whose name needs three scripts. */
export const zoe: Persona = {
  id: 'zoe',
  name: 'ZOË NGUYỄN-CHÉN (陳美玲) மீனா',
  description: 'work pass holder; Chinese and Tamil script',
  data: {
    'myinfo.name': 'ZOË NGUYỄN-CHÉN (陳美玲) மீனா',
    'myinfo.nric_number': 'F0000011Q',
    'myinfo.email': 'zoe@example.org',
    'myinfo.sex': 'FEMALE',
    'myinfo.race': 'OTHERS',
    'myinfo.date_of_birth': '1993-11-30',
    'myinfo.mobile_number': '80000013',
    'myinfo.mobile_number_with_country_code': '+6580000013',
    'myinfo.registered_address': '902 JALAN REKAAN “Ö”\n#00-13\nSINGAPORE 000013',
    'myinfo.passport_number': 'X0000013',
    'myinfo.passport_expiry_date': '2029-08-09',
    'myinfo.nationality': 'FRENCH',
    'myinfo.residentialstatus': 'ALIEN',
    'myinfo.residential': 'A',
    'myinfo.housingtype': 'CONDOMINIUM',
    'myinfo.birth_country': 'VIETNAM',
    'myinfo.vehicles': '[]',
    'myinfo.name_of_employer': 'CAFÉ INVENTÉ PTE LTD',
    'myinfo.workpass_status': 'LIVE',
    'myinfo.workpass_expiry_date': '2028-02-29',
    'myinfo.marital_status': 'SINGLE',
    'myinfo.occupation': 'PÂTISSIÈRE',
  },
};
