import type { Persona } from '../persona.ts';

/** An invented person with invented children. */
export const siti: Persona = {
  id: 'siti',
  name: 'SITI AMINAH BINTE ROSLI',
  description: 'divorced, two children and a sponsored one',
  data: {
    'myinfo.name': 'SITI AMINAH BINTE ROSLI',
    'myinfo.nric_number': 'S0000012D',
    'myinfo.email': 'siti@example.com',
    'myinfo.sex': 'FEMALE',
    'myinfo.race': 'MALAY',
    'myinfo.date_of_birth': '1990-07-01',
    'myinfo.mobile_number': '80000012',
    'myinfo.mobile_number_with_country_code': '+6580000012',
    'myinfo.registered_address': 'APT BLK 901\nINVENTED AVENUE 98\n#00-12\nSINGAPORE 000012',
    'myinfo.nationality': 'SINGAPORE CITIZEN',
    'myinfo.residentialstatus': 'CITIZEN',
    'myinfo.residential': 'C',
    'myinfo.housingtype': 'HDB',
    'myinfo.hdbtype': '3-ROOM FLAT (HDB)',
    'myinfo.birth_country': 'SINGAPORE',
    'myinfo.vehicles': '[{"vehicle_number":"SAA0012C"}]',
    'myinfo.name_of_employer': 'INVENTED HOSPITAL PTE LTD',
    'myinfo.marital_status': 'DIVORCED',
    'myinfo.occupation': 'REGISTERED NURSE',
    'myinfo.country_of_marriage': 'SINGAPORE',
    'myinfo.marriage_certificate_number': '000012',
    'myinfo.marriage_date': '2013-02-09',
    'myinfo.divorce_date': '2021-10-30',
    'myinfo.children_birth_records':
      '[{"birth_cert_no":"T0000011B","name":"NUR IMAN BINTE ADAM","date_of_birth":"2014-06-05","life_status":"ALIVE"},' +
      '{"birth_cert_no":"T0000012J","name":"IRFAN BIN ADAM","date_of_birth":"2017-01-23","life_status":"NA"}]',
    'myinfo.sponsored_children_records':
      '[{"nric":"T0000013I","name":"LEILA BINTE OMAR","date_of_birth":"2015-11-11","life_status":"ALIVE"}]',
  },
};
