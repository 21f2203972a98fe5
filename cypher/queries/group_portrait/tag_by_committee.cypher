// title.zh: 一个标签在各居委的人数与变化
// title.en: people with a tag by committee, on two days
// purpose.zh: 看人群在哪里、是增是减
// purpose.en: where a crowd is, and whether it grows
// area: group_portrait
// audience: cadre, staff
// param: tag text 标签|tag
// param: earlier date 前一日期|earlier day
// param: day date 统计日期|on this day
WITH date($earlier) AS before, date($day) AS today
MATCH (r:Resident)-[h:HAS_TAG]->(t:Tag {name: $tag})
WHERE $areas IS NULL OR r.area IN $areas
WITH r, max(CASE WHEN (h.since IS NULL OR h.since <= before) AND (h.until IS NULL OR h.until >= before) THEN 1 ELSE 0 END) AS was,
     max(CASE WHEN (h.since IS NULL OR h.since <= today) AND (h.until IS NULL OR h.until >= today) THEN 1 ELSE 0 END) AS is_now
WITH r.area AS area, sum(was) AS earlier, sum(is_now) AS now
OPTIONAL MATCH (c:Area {id: area})
RETURN area AS area, c.name AS committee, earlier AS people_earlier, now AS people, now - earlier AS change
ORDER BY area
