import type { Persona } from '../persona.ts';

/** An invented permanent resident whose NRIC has not been issued yet. */
export const olena: Persona = {
  id: 'olena',
  name: 'OLENA KOVALENKO',
  description: 'new permanent resident, still with a FIN',
  data: {
    'myinfo.name': 'OLENA KOVALENKO',
    'myinfo.nric_number': 'G0000018W',
    'myinfo.email': 'olena@example.com',
    'myinfo.sex': 'FEMALE',
    'myinfo.race': 'UKRAINIAN',
    'myinfo.date_of_birth': '1982-08-24',
    'myinfo.mobile_number': '80000018',
    'myinfo.mobile_number_with_country_code': '+6580000018',
    'myinfo.registered_address': '907 INVENTED CLOSE\n#00-18\nSINGAPORE 000018',
    'myinfo.passport_number': 'X0000018',
    'myinfo.passport_expiry_date': '2027-07-15',
    'myinfo.nationality': 'UKRAINIAN',
    'myinfo.residentialstatus': 'PR',
    'myinfo.residential': 'P',
    'myinfo.housingtype': 'CONDOMINIUM',
    'myinfo.birth_country': 'UKRAINE',
    'myinfo.vehicles': '[{"vehicle_number":"SAA0018A"}]',
    'myinfo.name_of_employer': 'INVENTED SHIPPING (S) PTE. LTD.',
    'myinfo.marital_status': 'SINGLE',
    'myinfo.occupation': 'NAVAL ARCHITECT',
    'myinfo.sponsored_children_records': '[]',
  },
};
