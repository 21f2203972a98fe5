// title.zh: 待响应的需求和可对接的资源数
// title.en: open needs, and how many could meet them
// purpose.zh: 一眼看出哪些需求有人能接、哪些没有
// purpose.en: which needs somebody could take, and which nobody
// area: resource_linking
// audience: cadre, staff
// param: day date 统计日期|on this day
MATCH (n:Need)
WHERE ($areas IS NULL OR n.area IN $areas) AND n.status = 'open' AND (n.raised_on IS NULL OR n.raised_on <= date($day))
OPTIONAL MATCH (n)-[:WANTS]->(i:ServiceItem)<-[:OFFERS]-(o:Organisation)
WITH n, count(DISTINCT o) AS organisations
OPTIONAL MATCH (n)-[w:WANTS]->(s:Skill)<-[h:HAS_SKILL]-(v:Volunteer)
WHERE ($areas IS NULL OR v.area IN $areas) AND coalesce(h.level, 0) >= coalesce(w.level, 0)
WITH n, organisations, count(DISTINCT v) AS volunteers
RETURN n.id AS need, n.name AS title, n.kind AS kind, n.area AS area, n.people AS people, n.raised_on AS raised_on,
       n.due_on AS due_on, organisations AS organisations, volunteers AS volunteers
ORDER BY raised_on, need
