// title.zh: 这个人群还有什么标签（数据碰撞）
// title.en: which other tags a crowd carries more often than others
// purpose.zh: 发现关联：人群占比、全体占比与提升倍数；不足的格子不显示
// purpose.en: associations: share in the crowd, share of everybody, and lift; small cells are not shown
// area: group_portrait
// audience: staff
// param: tag text 标签|tag
// param: day date 统计日期|on this day
// param: least integer 至少几人|least number of people in a cell = 10
// limits: rows 100, seconds 60
WITH date($day) AS today
MATCH (r:Resident)
WHERE $areas IS NULL OR r.area IN $areas
WITH today, count(r) AS everybody
MATCH (p:Resident)-[h:HAS_TAG]->(t:Tag {name: $tag})
WHERE ($areas IS NULL OR p.area IN $areas)
  AND (h.since IS NULL OR h.since <= today) AND (h.until IS NULL OR h.until >= today)
WITH today, everybody, collect(DISTINCT p) AS crowd
UNWIND crowd AS member
MATCH (member:Resident)-[k:HAS_TAG]->(other:Tag)
WHERE other.name <> $tag AND ($areas IS NULL OR member.area IN $areas)
  AND (k.since IS NULL OR k.since <= today) AND (k.until IS NULL OR k.until >= today)
WITH today, everybody, size(crowd) AS crowd, other, count(DISTINCT member) AS both
WHERE both >= $least AND both >= 10
MATCH (q:Resident)-[m:HAS_TAG]->(other)
WHERE ($areas IS NULL OR q.area IN $areas)
  AND (m.since IS NULL OR m.since <= today) AND (m.until IS NULL OR m.until >= today)
WITH everybody, crowd, other, both, count(DISTINCT q) AS carriers
RETURN other.id AS tag, other.name AS name, both AS people, crowd AS crowd, round(100.0 * both / crowd, 1) AS percent_of_crowd,
       round(100.0 * carriers / everybody, 1) AS percent_of_everybody,
       round(1.0 * both * everybody / (1.0 * crowd * carriers), 2) AS lift
ORDER BY lift DESC, tag
