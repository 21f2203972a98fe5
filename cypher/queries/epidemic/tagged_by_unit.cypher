// title.zh: 某标签居民的楼组分布（默认疫苗未接种）
// title.en: people with a tag, by stairwell group (not vaccinated by default)
// purpose.zh: 按楼上门，一次走完
// purpose.en: go house by house and once
// area: epidemic
// audience: cadre, staff
// param: tag text 标签|tag = 疫苗未接种
// param: day date 统计日期|on this day
// param: from_age integer 周岁自|from age = 60
// limits: rows 3000, seconds 30
WITH date($day) AS today
MATCH (t:Tag {name: $tag})<-[h:HAS_TAG]-(r:Resident)-[l:LIVES_IN]->(d:Dwelling)-[:IN]->(u:Unit)
WHERE ($areas IS NULL OR r.area IN $areas) AND ($areas IS NULL OR d.area IN $areas)
  AND r.birth_date <= today - duration({years: $from_age})
  AND (h.since IS NULL OR h.since <= today) AND (h.until IS NULL OR h.until >= today)
  AND (l.since IS NULL OR l.since <= today) AND (l.until IS NULL OR l.until >= today)
WITH u, count(DISTINCT r) AS people, count(DISTINCT d) AS dwellings
RETURN u.area AS area, u.id AS unit, u.address AS address, people AS people, dwellings AS dwellings
ORDER BY people DESC, unit
