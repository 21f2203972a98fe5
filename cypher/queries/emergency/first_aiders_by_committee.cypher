// title.zh: 各居委应急力量
// title.en: people ready for an emergency, by committee
// purpose.zh: 会急救、能提供应急帮助的居民在哪里，哪里缺
// purpose.en: where people who can give first aid live, and where they lack
// area: emergency
// audience: cadre, staff
// param: tags texts 应急力量标签|tags of those who can help = 会急救,可提供应急帮助,微型消防站队员,楼道消防员
// param: day date 统计日期|on this day
WITH date($day) AS today
MATCH (r:Resident)
WHERE $areas IS NULL OR r.area IN $areas
OPTIONAL MATCH (r)-[h:HAS_TAG]->(t:Tag)
WHERE t.name IN $tags AND (h.since IS NULL OR h.since <= today) AND (h.until IS NULL OR h.until >= today)
WITH r, count(DISTINCT t) AS carried
WITH r.area AS area, count(r) AS people, sum(CASE WHEN carried > 0 THEN 1 ELSE 0 END) AS helpers
OPTIONAL MATCH (c:Area {id: area})
RETURN area AS area, c.name AS committee, people AS people, helpers AS helpers,
       round(1000.0 * helpers / people, 1) AS helpers_per_thousand
ORDER BY helpers_per_thousand, area
