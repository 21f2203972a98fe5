// title.zh: 同时有这些标签的居民
// title.en: people who carry all of these tags
// purpose.zh: 用标签圈定人群
// purpose.en: a crowd by tags
// area: services_find_people
// audience: cadre, staff
// param: tags texts 标签（名称）|tags, by name
// param: day date 统计日期|on this day
// limits: rows 5000, seconds 30
WITH date($day) AS today
MATCH (r:Resident)-[h:HAS_TAG]->(t:Tag)
WHERE t.name IN $tags AND ($areas IS NULL OR r.area IN $areas)
  AND (h.since IS NULL OR h.since <= today) AND (h.until IS NULL OR h.until >= today)
WITH r, count(DISTINCT t.name) AS carried
WHERE carried = size($tags)
RETURN r.id AS resident, r.name AS name, r.area AS area, r.address AS address
ORDER BY area, resident
