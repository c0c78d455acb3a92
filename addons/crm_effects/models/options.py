"""Choices that are those of another field, in the reader's language."""


def options_of(model, name):
    """A ``selection`` for a field with the choices of the field ``name`` of ``model``.

    The bare list of the other field would stay English on every screen.
    """

    def describe(records):
        field = records.env[model]._fields[name]
        return field._description_selection(records.env)

    return describe
