"""The words that are known: names of categories and parts, colours, materials, sizes, numbers.

Texts are read with them and sentences are written with them, so what one says the other knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Words = Mapping[str, str]

#: What each category is called, the usual word first. More exact words stand in SPECIAL.
NOUNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Bottle": ("bottle", "water bottle", "flask", "flacon", "vial"),
        "Box": ("box", "cardboard box", "carton", "crate", "chest", "parcel"),
        "Bucket": ("bucket", "pail"),
        "Chair": ("chair", "dining chair", "seat", "couch", "sofa", "settee"),
        "Clip": ("clip", "clothespin", "clothes peg", "peg", "clamp"),
        "Dishwasher": ("dishwasher", "dish washer"),
        "Dispenser": ("dispenser", "soap dispenser", "spray bottle", "pump bottle", "sprayer"),
        "Door": ("door", "gate", "doorway"),
        "Eyeglasses": ("pair of glasses", "eyeglasses", "glasses", "spectacles", "sunglasses"),
        "Faucet": ("faucet", "tap", "spigot"),
        "Globe": ("globe", "world globe", "desk globe"),
        "Kettle": ("kettle", "teapot", "tea kettle", "coffeepot", "coffee pot"),
        "KitchenPot": ("kitchen pot", "pot", "saucepan", "cooking pot", "casserole", "stockpot"),
        "Knife": ("knife", "pocket knife", "penknife", "kitchen knife", "jackknife", "dagger"),
        "Laptop": ("laptop", "notebook computer", "laptop computer", "notebook"),
        "Microwave": ("microwave", "microwave oven"),
        "Mug": ("mug", "cup", "coffee cup", "coffee mug", "teacup", "tea cup", "beaker", "tankard"),
        "Oven": ("oven", "stove", "cooker", "range"),
        "Pen": ("pen", "ballpoint pen", "ballpoint", "fountain pen", "biro"),
        "Pliers": ("pair of pliers", "pliers", "tongs", "pincers"),
        "Refrigerator": ("refrigerator", "fridge", "icebox", "freezer"),
        "Ruler": ("ruler", "folding ruler", "rule", "measuring stick"),
        "Safe": ("safe", "strongbox", "vault"),
        "Shampoo": ("shampoo bottle", "shampoo", "lotion bottle", "toothpaste tube", "toothpaste"),
        "Stapler": ("stapler",),
        "StorageFurniture": (
            "cabinet", "storage cabinet", "cupboard", "wardrobe", "dresser", "bookcase",
            "bookshelf", "chest of drawers", "storage furniture", "sideboard", "closet",
        ),
        "Switch": ("switch", "light switch", "power switch", "wall switch"),
        "Table": ("table", "desk", "coffee table", "dining table", "side table", "bedside table"),
        "Trashcan": ("trash can", "trashcan", "bin", "waste bin", "dustbin", "garbage can"),
        "USB": ("USB stick", "usb", "usb drive", "flash drive", "usb stick", "memory stick"),
        "Washingmachine": ("washing machine", "washer", "laundry machine"),
        "Window": ("window", "casement"),
    }
)  # fmt: skip

#: Words that mean an object of a category with, or of, certain templates.
SPECIAL: Mapping[str, tuple[str, frozenset[str]]] = MappingProxyType(
    {
        "armchair": ("Chair", frozenset({"Solid_armrest", "Office_armrest"})),
        "arm chair": ("Chair", frozenset({"Solid_armrest", "Office_armrest"})),
        "office chair": ("Chair", frozenset({"Star_leg"})),
        "swivel chair": ("Chair", frozenset({"Star_leg"})),
        "desk chair": ("Chair", frozenset({"Star_leg"})),
        "bar stool": ("Chair", frozenset({"Barstool_leg"})),
        "barstool": ("Chair", frozenset({"Barstool_leg"})),
        "cantilever chair": ("Chair", frozenset({"C_shaped_office_leg"})),
        "round table": ("Table", frozenset({"Cylindrical_desktop"})),
        "pocket knife": ("Knife", frozenset({"Cusp_Blade"})),
        "spray bottle": ("Dispenser", frozenset({"Spray_Nozzle"})),
        "pump bottle": ("Dispenser", frozenset({"Press_Nozzle"})),
        "toothpaste": ("Shampoo", frozenset({"Toothpaste_body"})),
        "toothpaste tube": ("Shampoo", frozenset({"Toothpaste_body"})),
    }
)

#: Words for parts, as roles of templates. A role may have several words, a word several roles.
PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "handle": ("handle", "straight handle", "bail", "top handle", "side handle"),
        "grip": ("handle", "straight handle", "bail"),
        "bail": ("bail",),
        "side handle": ("side handle",),
        "top handle": ("top handle",),
        "knob": ("knob", "top handle", "handle", "dial"),
        "lid": ("lid", "cover", "lid or coaster", "cap"),
        "cover": ("cover", "lid"),
        "cap": ("cap", "lid", "swivelling cap"),
        "leg": ("leg",),
        "foot": ("leg",),
        "pedestal": ("leg",),
        "temple": ("leg",),
        "seat": ("seat",),
        "back": ("back",),
        "backrest": ("back",),
        "armrest": ("armrest",),
        "arm": ("armrest",),
        "spout": ("spout",),
        "nozzle": ("nozzle", "press"),
        "pump": ("press",),
        "door": ("door",),
        "leaf": ("door",),
        "drawer": ("drawer",),
        "shelf": ("sublayer",),
        "tabletop": ("desktop",),
        "top": ("desktop", "cover"),
        "desktop": ("desktop",),
        "backboard": ("backboard",),
        "button": ("button", "controller"),
        "control": ("controller", "button"),
        "burner": ("burner",),
        "tray": ("tray",),
        "base": ("base",),
        "bracket": ("bracket",),
        "ball": ("sphere",),
        "sphere": ("sphere",),
        "dial": ("dial",),
        "blade": ("blade", "fixed blade"),
        "screen": ("screen",),
        "clip": ("clip",),
        "refill": ("refill",),
        "body": ("body", "sphere"),
        "barrel": ("body",),
        "frame": ("frame",),
        "hinge": ("hinge",),
        "jaw": ("jaw", "gripper"),
        "lever": ("lever", "switch"),
        "gripper": ("gripper",),
        "plug": ("plug",),
        "shell": ("shell",),
        "pane": ("window",),
        "rocker": ("switch",),
        "magazine": ("magazine",),
        "connector": ("connector",),
        "panel": ("panel", "base"),
    }
)

#: The word by which sentences call a role; roles that stand here under "" are not told.
ROLE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "straight handle": "handle",
        "bail": "bail handle",
        "lid or coaster": "lid",
        "desktop": "top",
        "sublayer": "shelf",
        "press": "pump head",
        "fixed blade": "blade",
        "swivelling cap": "cap",
        "sphere": "ball",
        "glasses": "frame",
        "controller": "control panel",
        "layered shaft": "joint",
        "shaft": "joint",
        "window": "pane",
        "vessel": "compartment",
        "panel": "front panel",
        "connector": "connector",
        "baffle": "panel",
    }
)

#: sRGB of colours by their names, the way objects of that colour look in pictures.
COLOURS: Mapping[str, tuple[int, int, int]] = MappingProxyType(
    {
        "white": (236, 236, 234),
        "grey": (136, 136, 138),
        "black": (34, 34, 36),
        "red": (196, 40, 38),
        "orange": (232, 126, 32),
        "yellow": (238, 204, 52),
        "green": (62, 142, 66),
        "turquoise": (54, 176, 172),
        "blue": (46, 90, 184),
        "purple": (122, 62, 168),
        "pink": (238, 140, 176),
        "brown": (122, 76, 44),
        "beige": (214, 190, 152),
    }
)
#: Other words for them.
COLOUR_WORDS: Words = MappingProxyType(
    {
        **{name: name for name in COLOURS},
        "gray": "grey", "silver": "grey", "charcoal": "black", "crimson": "red", "scarlet": "red",
        "maroon": "red", "amber": "orange", "golden": "yellow", "gold": "yellow", "lime": "green",
        "olive": "green", "teal": "turquoise", "cyan": "turquoise", "aqua": "turquoise",
        "navy": "blue", "azure": "blue", "violet": "purple", "lilac": "purple", "magenta": "pink",
        "rose": "pink", "tan": "beige", "cream": "beige", "ivory": "white", "snow-white": "white",
    }
)  # fmt: skip

#: Materials by the words for them; `paint.materials` knows how each looks.
MATERIALS: Words = MappingProxyType(
    {
        "wood": "wood", "wooden": "wood", "oak": "wood", "pine": "wood", "walnut": "wood",
        "metal": "metal", "metallic": "metal", "steel": "metal", "chrome": "metal",
        "aluminium": "metal", "aluminum": "metal", "iron": "metal", "brass": "brass",
        "copper": "copper", "plastic": "plastic", "ceramic": "ceramic", "porcelain": "ceramic",
        "glazed": "ceramic", "glass": "glass", "transparent": "glass", "fabric": "fabric",
        "cloth": "fabric", "upholstered": "fabric", "leather": "leather", "cardboard": "cardboard",
        "stone": "stone", "marble": "marble", "rubber": "rubber",
    }
)  # fmt: skip

#: Shapes by the words for them; templates' names tell which they have (`facts.shapes`).
SHAPES: Words = MappingProxyType(
    {
        "round": "round", "circular": "round", "cylindrical": "round", "spherical": "round",
        "rounded": "round", "square": "square", "rectangular": "square", "boxy": "square",
        "cuboid": "square", "angular": "square", "prismatic": "square", "curved": "curved",
        "bent": "curved", "arched": "curved", "straight": "straight", "star-shaped": "star-shaped",
        "star": "star-shaped", "ladder": "ladder", "slatted": "slatted", "solid": "solid",
        "lattice": "lattice", "l-shaped": "L-shaped", "t-shaped": "T-shaped",
    }
)  # fmt: skip

#: Sizes by the words for them: what is measured, and whether it is more or less of it than usual.
SIZES: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "tall": ("height", 1), "high": ("height", 1), "slender": ("height", 1),
        "slim": ("height", 1), "narrow": ("height", 1), "low": ("height", -1),
        "short": ("height", -1), "squat": ("height", -1), "wide": ("height", -1),
        "broad": ("height", -1), "flat": ("height", -1), "large": ("size", 1), "big": ("size", 1),
        "long": ("size", 1), "huge": ("size", 1), "small": ("size", -1), "little": ("size", -1),
        "tiny": ("size", -1), "thin": ("thickness", -1), "fine": ("thickness", -1),
        "thick": ("thickness", 1), "sturdy": ("thickness", 1),
    }
)  # fmt: skip

NUMBERS: Mapping[str, int] = MappingProxyType(
    {
        "a": 1, "an": 1, "one": 1, "single": 1, "two": 2, "double": 2, "both": 2, "three": 3,
        "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
        "eleven": 11, "twelve": 12,
        **{str(number): number for number in range(1, 13)},
    }
)  # fmt: skip
NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
                "eleven", "twelve")  # fmt: skip

#: Views by the words for them: yaw and elevation in degrees.
VIEWS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "from the front": (0.0, 12.0),
        "front view": (0.0, 12.0),
        "from the side": (90.0, 12.0),
        "side view": (90.0, 12.0),
        "from above": (-30.0, 55.0),
        "top view": (-20.0, 75.0),
        "from the top": (-20.0, 75.0),
        "from the left": (55.0, 15.0),
        "from the right": (-55.0, 15.0),
    }
)

#: Words that carry nothing here.
PLAIN = frozenset(
    {
        "and", "are", "at", "background", "beautiful", "by", "color", "colored", "colour",
        "coloured", "comes", "draw", "drawing", "everyday", "for", "from", "front", "generate",
        "has", "have", "having", "here", "i", "image", "in", "is", "it", "its", "joined", "made",
        "me", "modern", "nice", "object", "of", "old", "on", "or", "ordinary", "paint", "pair",
        "pairs", "photo", "photograph", "picture", "plain", "please", "rear", "render", "rendering",
        "rise", "rises", "seen", "show", "shows", "side", "simple", "sit", "sits", "some", "studio",
        "that", "the", "their", "there", "these", "this", "those", "to", "under", "upper", "very",
        "view", "viewed", "want", "was", "which", "whose", "with",
    }
)  # fmt: skip

_IRREGULAR = {
    "foot": "feet", "leaf": "leaves", "shelf": "shelves", "knife": "knives", "box": "boxes",
    "switch": "switches", "couch": "couches", "glasses": "glasses", "eyeglasses": "eyeglasses",
    "pliers": "pliers", "tongs": "tongs", "pincers": "pincers", "spectacles": "spectacles",
    "sunglasses": "sunglasses", "chest of drawers": "chests of drawers",
    "pair of glasses": "pairs of glasses", "pair of pliers": "pairs of pliers",
    "storage furniture": "storage furniture",
    "bookshelf": "bookshelves", "jackknife": "jackknives", "penknife": "penknives",
    "pocket knife": "pocket knives", "kitchen knife": "kitchen knives", "wrench": "wrenches",
    "box cover": "box covers", "cardboard box": "cardboard boxes", "strongbox": "strongboxes",
    "icebox": "iceboxes", "light switch": "light switches", "power switch": "power switches",
    "wall switch": "wall switches",
}  # fmt: skip


def plural(noun: str) -> str:
    """Of a noun, or of a phrase that ends in one."""
    if noun in _IRREGULAR:
        return _IRREGULAR[noun]
    first, _, last = noun.rpartition(" ")
    if first and last in _IRREGULAR:
        return f"{first} {_IRREGULAR[last]}"
    if noun.endswith(("s", "x", "ch", "sh")):
        return f"{noun}es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}s"


def counted(number: int, noun: str) -> str:
    """ "two drawers", "a handle"."""
    if number == 1:
        return with_article(noun)
    said = NUMBER_WORDS[number] if number < len(NUMBER_WORDS) else str(number)
    return f"{said} {plural(noun)}"


def with_article(phrase: str) -> str:
    """ "a blue mug", "an oven", "a USB stick"."""
    first = phrase.lstrip().lower()
    an = first[:1] in "aeiou" and not first.startswith(("usb", "uni", "use", "one", "eu"))
    an = an or first.startswith(("l-", "hour"))
    return f"{'an' if an else 'a'} {phrase}"


def listed(phrases: list[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(phrases) < 2:
        return "".join(phrases)
    return f"{', '.join(phrases[:-1])} and {phrases[-1]}"


#: Shapes that say of which kind something is: they stand next to their noun.
KINDS = frozenset({"ladder", "splat", "lattice", "solid"})


def noun_of(category: str) -> str:
    """The usual word for a category, ours or one that was added."""
    if category in NOUNS:
        return NOUNS[category][0]
    return category.replace("_", " ").lower()
