// title.zh: 附近的服务点（现有、候选、界外）
// title.en: service points near a place, existing, candidate or over the border
// purpose.zh: 新建之前先看能否共用，避免重复建设
// purpose.en: share before building: what is already within reach
// area: site_selection
// audience: cadre, staff, service
// param: kind text 服务点类型代码|kind of service point (code) = canteen
// param: lon number 经度|longitude, WGS 84
// param: lat number 纬度|latitude, WGS 84
// param: metres number 直线距离（米）|straight-line distance, metres = 1000
MATCH (p:ServicePoint {kind: $kind})
WITH p, toInteger(round(6371000 * sqrt((radians(p.lon - $lon) * cos(radians($lat))) ^ 2 + radians(p.lat - $lat) ^ 2))) AS metres
WHERE metres <= $metres
RETURN p.id AS point, p.name AS name, p.area AS area, p.status AS status, p.capacity AS capacity, metres AS metres
ORDER BY metres, point
