import type { Persona } from '../persona.ts';

/** An invented public officer of invented agencies. */
export const arjun: Persona = {
  id: 'arjun',
  name: 'ARJUN S/O PILLAI',
  description: 'permanent resident, public officer twice over',
  data: {
    'myinfo.name': 'ARJUN S/O PILLAI',
    'myinfo.nric_number': 'S0000014J',
    'myinfo.email': 'arjun@example.net',
    'myinfo.sex': 'MALE',
    'myinfo.race': 'INDIAN',
    'myinfo.date_of_birth': '1979-01-26',
    'myinfo.mobile_number': '80000014',
    'myinfo.mobile_number_with_country_code': '+6580000014',
    'myinfo.registered_address': '903 INVENTED CRESCENT\nSINGAPORE 000014',
    'myinfo.nationality': 'INDIAN',
    'myinfo.residentialstatus': 'PR',
    'myinfo.residential': 'P',
    'myinfo.housingtype': 'TERRACE HOUSE',
    'myinfo.birth_country': 'INDIA',
    'myinfo.vehicles': '[{"vehicle_number":"SAA0014E"}]',
    'myinfo.marital_status': 'WIDOWED',
    'myinfo.occupation': 'POLICY OFFICER',
    'pocdex.public_officer_details':
      '[{"work_email":"arjun@agency-one.example","agency_name":"INVENTED AGENCY ONE","department_name":"DATA",' +
      '"employment_type":"PERMANENT","employment_title":"SENIOR ASSISTANT DIRECTOR"},' +
      '{"work_email":"arjun@agency-two.example","agency_name":"INVENTED AGENCY TWO","department_name":"NA",' +
      '"employment_type":"NA","employment_title":"NA"}]',
    'pocdex.number_of_employments': '2',
    'ogpofficerinfo.work_email': 'arjun@agency-one.example',
  },
};
