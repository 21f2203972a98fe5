// title.zh: 常参加活动但还不是志愿者的居民
// title.en: active residents who are not volunteers yet
// purpose.zh: 发现潜在骨干，邀请他们牵头
// purpose.en: find people who could lead, and invite them
// area: social_mobilisation
// audience: cadre, staff
// param: since date 自何日起|counted since
// param: least integer 至少参加几个活动|least number of activities = 3
MATCH (r:Resident)-[p:TOOK_PART_IN]->(a:Activity)
WHERE ($areas IS NULL OR r.area IN $areas) AND p.at >= date($since)
WITH r, count(DISTINCT a) AS activities, sum(CASE WHEN p.role <> 'participant' THEN 1 ELSE 0 END) AS in_a_role
WHERE activities >= $least
  AND NOT EXISTS { MATCH (v:Volunteer)-[:IS]->(r) WHERE $areas IS NULL OR v.area IN $areas }
RETURN r.id AS resident, r.name AS name, r.area AS area, activities AS activities, in_a_role AS in_a_role
ORDER BY in_a_role DESC, activities DESC, resident
