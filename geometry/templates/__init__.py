"""All categories by name. A new category is one file here and one line below."""

from __future__ import annotations

from geometry.registry import Category
from geometry.templates.bottle import bottle
from geometry.templates.box import box
from geometry.templates.bucket import bucket
from geometry.templates.chair import chair
from geometry.templates.clip import clip
from geometry.templates.dishwasher import dishwasher
from geometry.templates.dispenser import dispenser
from geometry.templates.door import door
from geometry.templates.eyeglasses import eyeglasses
from geometry.templates.faucet import faucet
from geometry.templates.globe import globe
from geometry.templates.kettle import kettle
from geometry.templates.kitchen_pot import kitchen_pot
from geometry.templates.knife import knife
from geometry.templates.laptop import laptop
from geometry.templates.microwave import microwave
from geometry.templates.mug import mug
from geometry.templates.oven import oven
from geometry.templates.pen import pen
from geometry.templates.pliers import pliers
from geometry.templates.refrigerator import refrigerator
from geometry.templates.ruler import ruler
from geometry.templates.safe import safe
from geometry.templates.shampoo import shampoo
from geometry.templates.stapler import stapler
from geometry.templates.storage_furniture import storage_furniture
from geometry.templates.switch import switch
from geometry.templates.table import table
from geometry.templates.trashcan import trashcan
from geometry.templates.usb import usb
from geometry.templates.washingmachine import washingmachine
from geometry.templates.window import window

CATEGORIES: dict[str, Category] = {
    category.name: category
    for category in (
        bottle,
        box,
        bucket,
        chair,
        clip,
        dishwasher,
        dispenser,
        door,
        eyeglasses,
        faucet,
        globe,
        kettle,
        kitchen_pot,
        knife,
        laptop,
        microwave,
        mug,
        oven,
        pen,
        pliers,
        refrigerator,
        ruler,
        safe,
        shampoo,
        stapler,
        storage_furniture,
        switch,
        table,
        trashcan,
        usb,
        washingmachine,
        window,
    )
}
