// title.zh: 会某项技能的志愿者
// title.en: volunteers with a skill
// purpose.zh: 办活动、应急或上门服务时，先找会的人
// purpose.en: find those who can do it before an event, a repair or a home visit
// area: social_mobilisation
// audience: cadre, staff
// param: skill text 技能|skill or one of its synonyms
// param: hours number 每周至少可服务小时|least hours a week = 0
MATCH (v:Volunteer)-[h:HAS_SKILL]->(s:Skill)
WHERE ($areas IS NULL OR v.area IN $areas)
  AND (s.name = $skill OR $skill IN coalesce(s.synonyms, []))
  AND coalesce(v.weekly_hours, 0) >= $hours
RETURN v.id AS volunteer, v.name AS name, v.area AS area, s.name AS skill, coalesce(h.level, 0) AS level,
       coalesce(v.weekly_hours, 0) AS weekly_hours, v.availability AS availability
ORDER BY level DESC, weekly_hours DESC, volunteer, skill
