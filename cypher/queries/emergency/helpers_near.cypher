// title.zh: 附近能赶到的志愿者
// title.en: volunteers near a place
// purpose.zh: 出事时按距离找最近的帮手，附其技能
// purpose.en: the nearest hands in an emergency, with what they can do
// area: emergency
// audience: cadre, staff
// param: lon number 经度|longitude, WGS 84
// param: lat number 纬度|latitude, WGS 84
// param: metres number 直线距离（米）|straight-line distance, metres = 800
MATCH (v:Volunteer)
WHERE $areas IS NULL OR v.area IN $areas
WITH v, toInteger(round(6371000 * sqrt((radians(v.lon - $lon) * cos(radians($lat))) ^ 2 + radians(v.lat - $lat) ^ 2))) AS metres
WHERE metres <= $metres
OPTIONAL MATCH (v)-[:HAS_SKILL]->(s:Skill)
WITH v, metres, s.name AS skill
ORDER BY skill
WITH v, metres, collect(skill) AS skills
RETURN v.id AS volunteer, v.name AS name, v.area AS area, metres AS metres, skills AS skills,
       v.availability AS availability
ORDER BY metres, volunteer
