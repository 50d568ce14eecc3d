"""All categories by name. A new category is one folder here and one line below."""

from __future__ import annotations

from geometry.objects.bottle import BOTTLE
from geometry.objects.box import BOX
from geometry.objects.bucket import BUCKET
from geometry.objects.chair import CHAIR
from geometry.objects.clip import CLIP
from geometry.objects.dishwasher import DISHWASHER
from geometry.objects.dispenser import DISPENSER
from geometry.objects.door import DOOR
from geometry.objects.eyeglasses import EYEGLASSES
from geometry.objects.faucet import FAUCET
from geometry.objects.globe import GLOBE
from geometry.objects.kettle import KETTLE
from geometry.objects.kitchen_pot import KITCHEN_POT
from geometry.objects.knife import KNIFE
from geometry.objects.laptop import LAPTOP
from geometry.objects.microwave import MICROWAVE
from geometry.objects.mug import MUG
from geometry.objects.oven import OVEN
from geometry.objects.pen import PEN
from geometry.objects.pliers import PLIERS
from geometry.objects.refrigerator import REFRIGERATOR
from geometry.objects.ruler import RULER
from geometry.objects.safe import SAFE
from geometry.objects.shampoo import SHAMPOO
from geometry.objects.stapler import STAPLER
from geometry.objects.storage_furniture import STORAGE_FURNITURE
from geometry.objects.switch import SWITCH
from geometry.objects.table import TABLE
from geometry.objects.trashcan import TRASHCAN
from geometry.objects.usb import USB
from geometry.objects.washingmachine import WASHINGMACHINE
from geometry.objects.window import WINDOW
from geometry.schema.template import Category

CATEGORIES: dict[str, Category] = {
    category.name: category
    for category in (
        BOTTLE,
        BOX,
        BUCKET,
        CHAIR,
        CLIP,
        DISHWASHER,
        DISPENSER,
        DOOR,
        EYEGLASSES,
        FAUCET,
        GLOBE,
        KETTLE,
        KITCHEN_POT,
        KNIFE,
        LAPTOP,
        MICROWAVE,
        MUG,
        OVEN,
        PEN,
        PLIERS,
        REFRIGERATOR,
        RULER,
        SAFE,
        SHAMPOO,
        STAPLER,
        STORAGE_FURNITURE,
        SWITCH,
        TABLE,
        TRASHCAN,
        USB,
        WASHINGMACHINE,
        WINDOW,
    )
}
