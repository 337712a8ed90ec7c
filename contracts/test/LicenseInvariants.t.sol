// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ILicenseRegistry} from "../interfaces/ILicenseRegistry.sol";
import {Fixture} from "./Fixture.sol";
import {LicenseHandler} from "./LicenseHandler.sol";

/// @dev What holds of licenses, whatever is defined after them.
contract LicenseInvariantsTest is Fixture {
    LicenseHandler private _handler;

    function setUp() public override {
        super.setUp();
        _handler = new LicenseHandler(_licenses);
        bytes4[] memory selectors = new bytes4[](2);
        selectors[0] = LicenseHandler.defineNew.selector;
        selectors[1] = LicenseHandler.defineAgain.selector;
        _target(address(_handler), selectors);
    }

    /// @dev The fixture has defined the first one. Looks at the first, the last and some between.
    function invariant_terms_never_change_and_numbers_are_dense() public view {
        LicenseHandler.Defined[] memory all = _handler.all();
        vm.assertEq(_licenses.licenseCount(), all.length + 1, "count");
        vm.assertEq(_licenses.licenseOf(1), _license, "the first");
        for (uint256 i = 0; i < all.length; i += i + 8 < all.length ? 7 : 1) {
            uint32 number = uint32(i) + 2;
            vm.assertEq(_licenses.licenseOf(number), all[i].license, "license");
            vm.assertEq(_licenses.numberOf(all[i].license), number, "number");
            ILicenseRegistry.LicenseTerms memory terms = _licenses.terms(all[i].license);
            vm.assertEq(keccak256(abi.encode(terms)), keccak256(abi.encode(_licenses.termsByNumber(number))), "same");
            vm.assertEq(terms.number, number, "number in the terms");
            vm.assertEq(terms.seats, all[i].seats, "seats");
            vm.assertEq(terms.longestLoanSeconds, all[i].longestLoanSeconds, "longest loan");
            vm.assertTrue(terms.selfService == all[i].selfService, "self-service");
        }
    }

    function invariant_every_event_is_counted() public view {
        vm.assertEq(_licenses.accumulator(), _handler.accumulatorSeen(), "accumulator");
    }

    /// @dev Without this, handlers that do nothing would satisfy everything above.
    function afterInvariant() public view {
        vm.assertGt(_handler.done("defineNew"), 0, "defineNew");
        vm.assertGt(_handler.refused("defineAgain"), 0, "defineAgain");
    }
}
