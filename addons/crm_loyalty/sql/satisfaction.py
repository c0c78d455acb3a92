"""Answers of customers: scales of surveys and ratings, one row each.

Columns: id (unique over both sources), kind (`nps`, `csat`), score, answered (UTC),
contact_id, partner_id (the firm), input_id (the survey answer).
"""

from odoo.tools import SQL

# Ratings below are requests nobody has answered.
LOWEST_RATING = 1


def answers(env, company):
    """Return all answers that count for a company."""
    sources = [_survey_answers(company)]
    if "rating.rating" in env:  # ratings come with projects, live chat, the shop
        sources.append(_ratings(env, company))
    return SQL(
        """
        SELECT answer.*, partner.commercial_partner_id AS partner_id
          FROM (%s) answer
          JOIN res_partner partner ON partner.id = answer.contact_id""",
        SQL(" UNION ALL ").join(sources),
    )


def _survey_answers(company):
    return SQL(
        """
        SELECT line.id * 2 AS id, question.loyalty_measure AS kind,
               line.value_scale::float8 AS score,
               COALESCE(input.end_datetime, input.write_date) AS answered,
               input.partner_id AS contact_id, input.id AS input_id
          FROM survey_question question
          JOIN survey_user_input_line line ON line.question_id = question.id
          JOIN survey_user_input input ON input.id = line.user_input_id
          JOIN survey_survey survey ON survey.id = input.survey_id
         WHERE question.loyalty_measure IS NOT NULL
           AND line.answer_type = 'scale' AND line.skipped IS NOT TRUE
           AND input.state = 'done' AND input.test_entry IS NOT TRUE
           AND (survey.loyalty_company_id IS NULL
                OR survey.loyalty_company_id = %s)""",
        company.id,
    )


def _ratings(env, company):
    """Ratings of documents of the company, or of none."""
    return SQL(
        """
        SELECT rating.id * 2 + 1, 'csat', rating.rating,
               COALESCE(rating.rated_on, rating.write_date), rating.partner_id,
               NULL::integer
          FROM rating_rating rating
         WHERE rating.consumed AND rating.rating >= %s AND %s""",
        LOWEST_RATING,
        _of_company(env, company),
    )


def _of_company(env, company):
    """Leave out ratings of another company's documents."""
    models = [
        model
        for (name,) in env.execute_query(
            SQL("SELECT DISTINCT res_model FROM rating_rating")
        )
        if (model := env.get(name)) is not None
        and model._auto
        and "company_id" in model._fields
        and model._fields["company_id"].store
    ]
    foreign = [
        SQL(
            """NOT (rating.res_model = %s AND EXISTS (
                SELECT 1 FROM %s document WHERE document.id = rating.res_id
                   AND document.company_id <> %s))""",
            model._name,
            SQL.identifier(model._table),
            company.id,
        )
        for model in models
    ]
    return SQL(" AND ").join(foreign) if foreign else SQL("TRUE")
