// title.zh: 各类活动的到场情况
// title.en: turnout by kind of activity
// purpose.zh: 名额、预计与实到对照，看什么样的活动叫得动人
// purpose.en: places, predicted and actual attendance side by side: what people come to
// area: social_mobilisation
// audience: cadre, staff
// param: since date 自|from
// param: until date 至|to
MATCH (a:Activity)
WHERE ($areas IS NULL OR a.area IN $areas) AND a.held_on >= date($since) AND a.held_on <= date($until)
WITH a.kind AS kind, count(a) AS activities, sum(coalesce(a.capacity, 0)) AS places,
     sum(coalesce(a.predicted, 0)) AS predicted, sum(coalesce(a.attended, 0)) AS attended
RETURN kind AS kind, activities AS activities, places AS places, predicted AS predicted, attended AS attended,
       CASE WHEN places > 0 THEN round(100.0 * attended / places, 1) ELSE null END AS percent_filled
ORDER BY attended DESC, kind
