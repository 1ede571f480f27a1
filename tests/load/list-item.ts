/** A row of the bookings list and the JSON it becomes, by hand: the floor of P6. Its oracle compares the bytes. */
export interface ListRow {
  id: string
  ref: string
  status: string
  version: number
  created_at: Date
  updated_at: Date
  inquiry_id: string | null
  client_id: string
  client_ref: string
  client_name: string
  model_id: string
  model_name: string
  model_code: string
  location_slug: string
  location_title: string
  location_zone: string
  starts_at: Date
  ends_at: Date
  call_type: string
  price_amount: string | number
  currency: string
  deposit_amount: string | number | null
  deposit_status: string
  deposit_deadline_at: Date | null
  payment_status: string
  paid_amount: string | number
  waiver_reason: string | null
  client_confirmed_arrival: boolean
  assignee_id: string | null
  assignee_name: string | null
}

export function listItem(row: ListRow) {
  const { currency } = row
  return {
    id: row.id,
    ref: row.ref,
    status: row.status,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    inquiryId: row.inquiry_id,
    clientId: row.client_id,
    modelId: row.model_id,
    client: { id: row.client_id, ref: row.client_ref, name: row.client_name },
    model: { id: row.model_id, name: row.model_name, publicCode: row.model_code },
    location: row.location_slug,
    place: { slug: row.location_slug, title: row.location_title, zone: row.location_zone },
    start: row.starts_at,
    end: row.ends_at,
    callType: row.call_type,
    price: { amount: Number(row.price_amount), currency },
    depositRequired: row.deposit_amount === null ? null : { amount: Number(row.deposit_amount), currency },
    depositStatus: row.deposit_status,
    depositDeadline: row.deposit_deadline_at,
    paymentStatus: row.payment_status,
    paid: { amount: Number(row.paid_amount), currency },
    waived: row.waiver_reason !== null,
    clientConfirmedArrival: row.client_confirmed_arrival,
    assignee: row.assignee_id === null ? null : { id: row.assignee_id, name: row.assignee_name },
  }
}
