// title.zh: 附近可安置的场地
// title.en: rooms near a place that can shelter people
// purpose.zh: 临时安置：容得下、无障碍的在前
// purpose.en: temporary shelter: large enough, step-free first
// area: emergency
// audience: cadre, staff, service
// param: lon number 经度|longitude, WGS 84
// param: lat number 纬度|latitude, WGS 84
// param: people integer 安置人数|people to shelter = 20
// param: metres number 直线距离（米）|straight-line distance, metres = 1500
MATCH (v:Venue)
WHERE v.capacity >= $people
WITH v, toInteger(round(6371000 * sqrt((radians(v.lon - $lon) * cos(radians($lat))) ^ 2 + radians(v.lat - $lat) ^ 2))) AS metres
WHERE metres <= $metres
RETURN v.id AS venue, v.name AS name, v.address AS address, v.capacity AS capacity,
       coalesce(v.step_free, false) AS step_free, metres AS metres
ORDER BY step_free DESC, metres, venue
