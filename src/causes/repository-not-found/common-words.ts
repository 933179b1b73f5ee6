// Words that teams name their images with. One that is a letter away from such a word, and is none itself, is likely
// misspelt. Nothing follows from a word that is missing here.

export const commonWords: ReadonlySet<string> = new Set(
  `account accounts adapter address admin agent alerts analytics android article assets audit authentication authorization
  backend backup balance basket batch billing booking bridge broker browser build builder cache calculator calendar campaign
  cart catalog catalogue category channel charge chat checkout client cloud cluster collector comment commerce common compose
  config configuration connector consumer contact content controller converter coupon crawler credit customer customers
  daemon dashboard data database deploy deployer deployment device discount dispatcher document documents domain download driver
  editor element email employee engine event events exporter feedback fetcher filter finance forecast frontend fulfillment
  function gateway generator graph handler health history hooks identity image images import importer index indexer ingest
  ingress integration inventory invoice invoices issue items journal kernel keycloak label launcher ledger library license
  listener loader location logger logging login lookup machine mailer manager mapper market marketplace matching media
  member merchant message messages messaging metadata metrics migration migrations mobile model module monitor monitoring
  network notification notifications notifier offer office online operations operator orchestrator order orders
  organization packing partner password payment payments payroll person picture pipeline planner platform player plugin
  policy portal prediction preview pricing printer process processor producer product production products profile profiles
  promo promotion provider provisioner proxy publisher purchase query queue quota ranking rating reader receiver recommendation
  reconciler record registration relay renderer report reporter reporting reports request reservation resolver
  resource response retail review reviews rewards router rules runner runtime sample scanner schedule scheduler schema scraper
  search secret security sender server service services session settings shipment shipping sidecar signup simulator social
  source staging static statistics status stock storage store storefront stream streaming submission subscription summary
  supplier support survey syncer system target task tasks template tenant terminal test testing ticket tickets timeline
  token tools tracker tracking trading training transaction transactions transfer transform translation transport travel trigger
  tunnel update uploader user users validation validator vendor version video viewer voucher wallet warehouse watcher
  weather webapp webhook website widget worker workers workflow workspace writer`.split(/\s+/),
);
