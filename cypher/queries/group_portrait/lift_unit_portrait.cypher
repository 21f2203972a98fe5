// title.zh: 已加装电梯的楼组与其他楼组对照
// title.en: stairwell groups that agreed to a lift beside the others
// purpose.zh: 楼组画像：只看房屋本身的特征，附样本数
// purpose.en: a portrait of the houses alone, with the number of units behind it
// area: group_portrait
// audience: staff
MATCH (u:Unit)
WHERE $areas IS NULL OR u.area IN $areas
OPTIONAL MATCH (i:Installation {outcome: 'agreed'})-[:OF]->(u)
WITH u, CASE WHEN count(i) > 0 THEN 'agreed' ELSE 'others' END AS group
WITH group, count(u) AS units, avg(u.floors) AS floors, avg(u.built_year) AS built, avg(u.dwellings) AS dwellings,
     sum(CASE WHEN u.gas_pipe_outside THEN 1 ELSE 0 END) AS gas, sum(CASE WHEN u.ground_shops THEN 1 ELSE 0 END) AS shops
RETURN group AS group, units AS units, round(floors, 2) AS mean_floors, round(built, 1) AS mean_built_year,
       round(dwellings, 1) AS mean_dwellings, round(100.0 * gas / units, 1) AS percent_gas_pipe_outside,
       round(100.0 * shops / units, 1) AS percent_ground_shops
ORDER BY group
