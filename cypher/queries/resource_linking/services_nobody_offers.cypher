// title.zh: 有人要却没人供的服务
// title.en: services that are wanted and nobody offers
// purpose.zh: 下一步该去哪里找资源
// purpose.en: what to look for next
// area: resource_linking
// audience: cadre, staff
MATCH (n:Need)-[:WANTS]->(i:ServiceItem)
WHERE ($areas IS NULL OR n.area IN $areas) AND n.status = 'open'
  AND NOT EXISTS { MATCH (o:Organisation)-[:OFFERS]->(i) }
RETURN i.id AS item, i.name AS service, count(DISTINCT n) AS needs, sum(coalesce(n.people, 0)) AS people
ORDER BY needs DESC, item
