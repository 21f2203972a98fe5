// title.zh: 谁能满足这个需求
// title.en: who offers what a need wants
// purpose.zh: 列出提供所需服务的单位，近的在前
// purpose.en: organisations that offer the wanted service, nearest first
// area: resource_linking
// audience: cadre, staff, service
// param: need text 需求编号|identifier of the need
MATCH (n:Need {id: $need})-[:WANTS]->(i:ServiceItem)<-[f:OFFERS]-(o:Organisation)
WHERE $areas IS NULL OR n.area IN $areas
RETURN o.id AS organisation, o.name AS name, o.kind AS kind, o.phone AS phone, i.name AS service, f.capacity AS capacity,
       toInteger(round(6371000 * sqrt((radians(o.lon - n.lon) * cos(radians(n.lat))) ^ 2 + radians(o.lat - n.lat) ^ 2))) AS metres
ORDER BY metres, organisation, service
