"""Classes of ImageNet-1k (ILSVRC 2012, numbered from 0) that show objects of our categories."""

from __future__ import annotations

#: Globe, Pliers, Stapler and USB have none. Faucet borrows the washbasin, Clip the hair slide.
CLASSES: dict[str, list[int]] = {
    "Bottle": [898, 907, 737, 440, 720],
    "Box": [478, 492, 519],
    "Bucket": [463],
    "Chair": [423, 559, 765, 857],
    "Clip": [584],
    "Dishwasher": [534],
    "Dispenser": [804],
    "Door": [799],
    "Eyeglasses": [836, 837],
    "Faucet": [896],
    "Kettle": [849, 505],
    "KitchenPot": [567, 544, 521, 469, 909],
    "Knife": [499, 623],
    "Laptop": [620, 681],
    "Microwave": [651],
    "Mug": [504, 968],
    "Oven": [827, 766],
    "Pen": [418, 563, 749],
    "Refrigerator": [760],
    "Ruler": [769, 798],
    "Safe": [771],
    "Shampoo": [631, 838, 585],
    "StorageFurniture": [493, 894, 495, 453, 553, 648],
    "Switch": [844],
    "Table": [532, 526, 736],
    "Trashcan": [412],
    "Washingmachine": [897],
    "Window": [904, 905],
}
