"""The templates get the words of the reader's language, and facts that stand in them are escaped."""

from flask import Flask, render_template_string


def _shown(app: Flask, template: str, language: str, **facts: object) -> str:
    with app.test_request_context(f"/?lang={language}"):
        return render_template_string(template, **facts)


def test_a_sentence_is_said_in_the_language_of_the_page(app: Flask) -> None:
    template = "{{ _('Queue') }}{{ ngettext('%(num)d working day left', '%(num)d working days left', left) }}"
    assert _shown(app, template, "zh", left=3) == "待办案件剩3个工作日"
    assert _shown(app, template, "en", left=1) == "Queue1 working day left"


def test_a_fact_in_a_sentence_is_escaped(app: Flask) -> None:
    shown = _shown(app, "{{ _('Tick %(number)s', number=number) }}", "en", number="<b>&")
    assert shown == "Tick &lt;b&gt;&amp;"
