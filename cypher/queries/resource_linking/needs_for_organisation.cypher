// title.zh: 这个单位能帮上的需求
// title.en: needs that an organisation could meet
// purpose.zh: 反向对接：党建单位手里的资源现在最该给谁
// purpose.en: the other way round: where what a party-building unit offers is wanted now
// area: resource_linking
// audience: cadre, staff, service
// param: organisation text 单位编号|identifier of the organisation
MATCH (o:Organisation {id: $organisation})-[:OFFERS]->(i:ServiceItem)<-[:WANTS]-(n:Need)
WHERE n.status = 'open' AND ($areas IS NULL OR n.area IN $areas)
RETURN n.id AS need, n.name AS title, n.area AS area, n.people AS people, n.raised_on AS raised_on, n.due_on AS due_on,
       i.name AS service
ORDER BY raised_on, need, service
