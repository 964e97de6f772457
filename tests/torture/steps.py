"""Steps of a life: drawn at random, played, and made fewer where they fail.

A seed stands for the same life for ever: steps are drawn by Python's own generator,
with weights, so that most of a life is spent on work that is billed and taken back.
"""


def step(weight=1, **choices):
    """Make a method a step that is drawn as often as its weight says.

    :param choices: for each argument the values to draw from
    """

    def decorate(function):
        function.weight, function.choices = weight, choices
        return function

    return decorate


def get_steps(life_class):
    """Return the steps of a kind of life, in the order of their names."""
    methods = (getattr(life_class, name) for name in sorted(dir(life_class)))
    return [method for method in methods if hasattr(method, "choices")]


def draw_script(life_class, random, length):
    """Return a script of (name, values) that begins with the first step of a life."""
    steps = get_steps(life_class)
    weights = [each.weight for each in steps]
    drawn = random.choices(steps, weights, k=length)
    return [draw(life_class.begin, random), *(draw(each, random) for each in drawn)]


def draw(method, random):
    values = {name: random.choice(c) for name, c in method.choices.items()}
    return method.__name__, values


def play(life, script):
    """Live a life by its script, to the end.

    :return: the error it ended with, None if all went well
    """
    error = None
    try:
        for name, values in script:
            getattr(life, name)(**values)
    except Exception as caught:
        error = caught
    try:
        life.teardown()
    except Exception as caught:
        error = error or caught
    return error


def shrink(life_class, script, error):
    """Return the shortest script found that ends with the same kind of error."""
    kind = get_kind(error)
    size = len(script) // 2
    while size:
        start = 0
        while start < len(script):
            shorter = script[:start] + script[start + size :]
            if get_kind(play(life_class(), shorter)) == kind:
                script = shorter
            else:
                start += size
        size //= 2
    return script


def get_kind(error):
    """Return what two errors have in common that are the same fault: the predicate, or
    whatever is said before the first colon."""
    return type(error).__name__, str(error).partition(":")[0] if error else ""


def describe(script):
    """Return a script as Python, to paste into a test."""
    lines = ["life = Life()"]
    for name, values in script:
        arguments = ", ".join(f"{key}={value!r}" for key, value in values.items())
        lines.append(f"life.{name}({arguments})")
    return "\n".join([*lines, "life.teardown()"])
