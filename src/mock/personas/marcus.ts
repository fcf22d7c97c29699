import type { Persona } from '../persona.ts';

/** An invented person, whose text would break whatever pastes it somewhere unescaped. */
export const marcus: Persona = {
  id: 'marcus',
  name: `MARCUS D'SOUZA & "SONS" <TEST>`,
  description: 'quotes, markup and line breaks in the values',
  data: {
    'myinfo.name': `MARCUS D'SOUZA & "SONS" <TEST>`,
    'myinfo.nric_number': 'S0000016G',
    'myinfo.email': "o'marcus+sgid@example.com",
    'myinfo.sex': 'MALE',
    'myinfo.race': 'EURASIAN',
    'myinfo.date_of_birth': '1966-09',
    'myinfo.mobile_number': '80000016',
    'myinfo.mobile_number_with_country_code': '+6580000016',
    'myinfo.registered_address': '905 $HOME `DRIVE`\r\n=1+1, "THE \\ HOUSE"\t\n\nSINGAPORE 000016',
    'myinfo.nationality': 'SINGAPORE CITIZEN',
    'myinfo.residentialstatus': 'CITIZEN',
    'myinfo.housingtype': '<script>alert(1)</script><!--',
    'myinfo.birth_country': '</title></dd>&lt;b&gt;',
    'myinfo.vehicles': '[{"vehicle_number":"SAA0016G"}]',
    'myinfo.name_of_employer': '{NOT JSON} [PTE] LTD',
    'myinfo.occupation': '-ARTIST',
  },
};
