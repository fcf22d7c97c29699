import type { NextRequest } from 'next/server';
import { seeOther } from '../../../lib/see-other';
import { endSession } from '../../../lib/session';

export async function POST(request: NextRequest): Promise<Response> {
  const { origin } = new URL(process.env.SGID_REDIRECT_URI ?? '');
  // A form of another page of this site must not log anybody out.
  if (request.headers.get('origin') !== origin) return new Response(null, { status: 403 });
  await endSession();
  return seeOther('/');
}
