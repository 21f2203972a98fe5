// title.zh: 沉默的少数：有标签、没联系、没报名
// title.en: the silent few: tagged, never reached, never enrolled
// purpose.zh: 主动找到该享受而没人找过的人，应帮尽帮
// purpose.en: find people who should have been asked and never were
// area: services_find_people
// audience: cadre, staff
// param: programme text 政策项目编号|identifier of the programme
// param: tag text 对象标签|tag of those it is for
// param: day date 统计日期|on this day
// param: days integer 多少天内未联系|days without a contact = 365
// limits: rows 5000, seconds 30
WITH date($day) AS today, date($day) - duration({days: $days}) AS quiet
MATCH (r:Resident)-[h:HAS_TAG]->(t:Tag {name: $tag})
WHERE ($areas IS NULL OR r.area IN $areas)
  AND (h.since IS NULL OR h.since <= today) AND (h.until IS NULL OR h.until >= today)
  AND NOT EXISTS { MATCH (r)-[e:ENROLLED_IN]->(p:Programme {id: $programme}) WHERE e.at <= today }
  AND NOT EXISTS { MATCH (r)-[c:CONTACTED]->(q:Programme {id: $programme}) WHERE c.at > quiet AND c.at <= today }
RETURN DISTINCT r.id AS resident, r.name AS name, r.area AS area, r.address AS address, r.residence AS residence
ORDER BY area, resident
