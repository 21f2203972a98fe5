// title.zh: 一处出事，哪些人需要帮助撤离
// title.en: who needs help to leave, at a place
// purpose.zh: 按地址前缀列出行动不便者，楼层高的在前
// purpose.en: people who cannot leave alone at an address and below it, highest floors first
// area: emergency
// audience: cadre, staff
// param: place text 地址前缀，如 汾西路261弄|beginning of the canonical address
// param: tags texts 需协助的标签|tags of those who need help = 应急疏散需协助,行动不便,使用轮椅,失能老人,半失能老人
// param: day date 统计日期|on this day
// limits: rows 5000, seconds 30
WITH date($day) AS today
MATCH (d:Dwelling)<-[l:LIVES_IN]-(r:Resident)-[h:HAS_TAG]->(t:Tag)
WHERE d.address_key STARTS WITH $place AND t.name IN $tags
  AND ($areas IS NULL OR r.area IN $areas) AND ($areas IS NULL OR d.area IN $areas)
  AND (l.since IS NULL OR l.since <= today) AND (l.until IS NULL OR l.until >= today)
  AND (h.since IS NULL OR h.since <= today) AND (h.until IS NULL OR h.until >= today)
WITH r, d, t.name AS tag
ORDER BY tag
WITH r, d, collect(DISTINCT tag) AS tags
RETURN coalesce(d.floor, 0) AS floor, d.address AS address, r.id AS resident, r.name AS name, r.birth_date AS birth_date,
       tags AS tags
ORDER BY floor DESC, address, resident
