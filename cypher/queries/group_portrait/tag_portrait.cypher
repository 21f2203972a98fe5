// title.zh: 一个标签人群的年龄性别画像
// title.en: portrait of a crowd by age and sex, against everybody
// purpose.zh: 人群占比与全体对照；不足 10 人的格子不显示
// purpose.en: shares in the crowd beside shares of all; cells under 10 people are not shown
// area: group_portrait
// audience: cadre, staff
// param: tag text 标签|tag
// param: day date 统计日期|on this day
WITH date($day) AS today
MATCH (r:Resident)
WHERE ($areas IS NULL OR r.area IN $areas) AND r.birth_date <= today
OPTIONAL MATCH (r)-[h:HAS_TAG]->(t:Tag {name: $tag})
WHERE (h.since IS NULL OR h.since <= today) AND (h.until IS NULL OR h.until >= today)
WITH r, count(t) AS carried, today.year - r.birth_date.year
     - CASE WHEN r.birth_date.month * 100 + r.birth_date.day > today.month * 100 + today.day THEN 1 ELSE 0 END AS age
WITH CASE WHEN age < 18 THEN '00-17' WHEN age < 35 THEN '18-34' WHEN age < 60 THEN '35-59'
          WHEN age < 70 THEN '60-69' WHEN age < 80 THEN '70-79' ELSE '80+' END AS age_band,
     coalesce(r.sex, '0') AS sex, CASE WHEN carried > 0 THEN 1 ELSE 0 END AS carries
WITH age_band, sex, sum(carries) AS crowd, count(*) AS everybody
WITH collect({age_band: age_band, sex: sex, crowd: crowd, everybody: everybody}) AS cells,
     sum(crowd) AS crowd_total, sum(everybody) AS everybody_total
UNWIND cells AS cell
WITH cell, crowd_total, everybody_total
WHERE cell.crowd >= 10 AND cell.everybody >= 10
RETURN cell.age_band AS age_band, cell.sex AS sex, cell.crowd AS people, crowd_total AS crowd,
       round(100.0 * cell.crowd / crowd_total, 1) AS percent_of_crowd,
       round(100.0 * cell.everybody / everybody_total, 1) AS percent_of_everybody
ORDER BY age_band, sex
