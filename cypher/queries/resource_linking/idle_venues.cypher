// title.zh: 闲置的场地
// title.en: venues that stand idle
// purpose.zh: 多日没人用的场地，推给缺场地的团队
// purpose.en: rooms unused for days, for groups that lack one
// area: resource_linking
// audience: cadre, staff, service
// param: day date 统计日期|on this day
// param: days integer 多少天未使用|days without use = 14
MATCH (v:Venue)
WHERE v.last_used_on IS NULL OR v.last_used_on <= date($day) - duration({days: $days})
OPTIONAL MATCH (v)-[:OWNED_BY]->(o:Organisation)
RETURN v.id AS venue, v.name AS name, v.kind AS kind, v.area AS area, v.address AS address, v.capacity AS capacity,
       v.opening_hours AS opening_hours, v.last_used_on AS last_used_on, o.name AS owner
ORDER BY venue, owner
