import {customers} from './catalogue.js'
import {seededRandom} from './random.js'

/** 60 changes from the CRM: 40 known customers with other names, 15 new ones, 5 that are refused. */
export function partnerLines() {
  const random = seededRandom(60)
  const names = random.shuffle(companyNames())
  const partnerIds = [
    ...customers.map(({customerId}) => customerId),
    ...Array.from({length: 20}, (_, index) => `USCU_N${String(index + 1).padStart(2, '0')}`),
  ]
  const partners = partnerIds.map((partnerId, index) => {
    const changedAt = new Date(firstChange + random.integer(0, 36 * 3600) * 1000).toISOString().replace('.000', '')
    const searchTerm = random.chance(0.4) ? {searchTerm: names[index].split(' ')[0]} : {}
    return {partnerId, changedAt, name: names[index], ...searchTerm, blocked: random.chance(0.05)}
  })
  const good = partners.slice(0, 55).map((partner) => JSON.stringify(partner))
  const damaged = partners.slice(55).map((partner, index) => damages[index](partner))
  return random.shuffle([...good, ...damaged])
}

const damages = [
  (partner) => JSON.stringify(partner).slice(0, 60),
  ({name: _, ...partner}) => JSON.stringify(partner),
  (partner) => JSON.stringify({...partner, name: `${partner.name} Handels- und Beteiligungsgesellschaft mbH`}),
  (partner) => JSON.stringify({...partner, blocked: 'nein'}),
  (partner) => JSON.stringify({...partner, changedAt: '2026-13-01T09:30:00Z'}),
]

function companyNames() {
  const german = owners.map((owner, index) => `${owner} ${trades[index % trades.length]}`)
  const american = places.map((place, index) => `${place} ${lines[index % lines.length]}`)
  return [...german, ...american]
}

const owners = [
  ['Ahlers', 'Baumgärtner', 'Brückner', 'Dörfler', 'Eßer', 'Fröhlich', 'Grünwald', 'Hölscher', 'Jürgens', 'Köhler'],
  ['Lindemann', 'Möller', 'Nußbaum', 'Oßwald', 'Pröll', 'Reißner', 'Schäfer', 'Thümmler', 'Voß', 'Wörner'],
  ['Aigner', 'Böhm', 'Clauß', 'Düring', 'Eggers', 'Füssel', 'Göbel', 'Hänsel', 'Ihde', 'Jäger'],
].flat()

const trades = ['Bürobedarf GmbH', '& Söhne KG', 'Großhandel AG', 'Logistik GmbH & Co. KG', 'Handels e. K.']

const places = [
  ['Austin', 'Boise', 'Cedar Falls', 'Dayton', 'Eugene', 'Fargo', 'Green Bay', 'Hartford', 'Ithaca', 'Joplin'],
  ['Knoxville', 'Lincoln', 'Mobile', 'Newark', 'Omaha', 'Provo', 'Quincy', 'Reno', 'Salem', 'Tulsa'],
  ['Utica', 'Vallejo', 'Waco', 'Yakima', 'Akron', 'Bend', 'Casper', 'Duluth', 'El Paso', 'Flint'],
].flat()

const lines = ['Office Supply Inc.', 'Trading Co.', 'Wholesale LLC', 'Paper & Print Corp.', 'Distributors Inc.']

const firstChange = Date.parse('2026-03-01T06:00:00Z')
